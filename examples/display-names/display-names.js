// Names and pictures from your own service. Run it:
//   PLAYERS_URL=http://127.0.0.1:4000/players SCOREBOARD_EXTENSIONS=./examples/display-names/display-names.js npm start
const { Module } = require('@nestjs/common');
const { ProfileResolver } = require('@scoreboard/nest');

class DisplayNames {
  async resolve(userIds, signal) {
    const response = await fetch(`${process.env.PLAYERS_URL}?ids=${userIds.map(encodeURIComponent).join(',')}`, { signal });
    if (!response.ok) throw new Error(`the players answered ${response.status}`);
    const players = await response.json(); // [{ id, nickname, picture }, …]
    return new Map(players.map(({ id, nickname, picture }) => [id, { name: nickname, avatarUrl: picture }]));
  }
}
ProfileResolver()(DisplayNames);

class DisplayNamesModule {}
Module({ providers: [DisplayNames] })(DisplayNamesModule);

module.exports = DisplayNamesModule;
