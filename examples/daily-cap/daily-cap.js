// A player may earn 100 points a day. Run it: SCOREBOARD_EXTENSIONS=./examples/daily-cap/daily-cap.js npm start
const { Inject, Module } = require('@nestjs/common');
const { defineRefusal, Quotas, ScoreRule } = require('@scoreboard/nest');

const POINTS_A_DAY = 100;

const DailyCapReached = defineRefusal('daily-cap', { kind: 'limited', title: 'The daily cap is reached' });

class DailyCap {
  constructor(quotas) {
    this.quotas = quotas;
  }

  async beforeSubmit({ command: { commandId, userId, scoreIncrement } }) {
    const { isTaken, left, resetSeconds } = await this.quotas.take({
      name: 'daily-cap',
      key: userId,
      id: commandId, // a retry takes nothing twice
      amount: scoreIncrement,
      limit: POINTS_A_DAY,
      window: 24 * 60 * 60, // from midnight to midnight, UTC
    });
    if (!isTaken) throw new DailyCapReached({ detail: `You can earn ${left} more points today.`, retryAfter: resetSeconds });
  }
}
ScoreRule()(DailyCap);
Inject(Quotas)(DailyCap, undefined, 0);

class DailyCapModule {}
Module({ providers: [DailyCap] })(DailyCapModule);

module.exports = DailyCapModule;
