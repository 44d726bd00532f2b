import { setTimeout as delay } from 'node:timers/promises';
import { distributed } from '../row';

export const powerRows = distributed({
  id: 'R4',
  what: 'everything is killed at once and started in random order',
  hurt: async ({ ground, dice }) => {
    const servers = [ground.postgres, ground.redis, ground.rabbitmq];
    await Promise.all([...ground.members, ...servers].map((each) => each.kill()));
    const starts: Promise<void>[] = [];
    for (const each of dice.shuffled([...ground.members, ...servers])) {
      starts.push(each.start());
      await delay(dice.whole(0, 1_500));
    }
    await Promise.all(starts);
  },
});
