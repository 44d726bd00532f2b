import { parseAddress } from './address.ts';

describe('the address of a scoreboard', () => {
  it.each([
    ['https://scores.example.com', 'https://scores.example.com', ''],
    ['https://scores.example.com/', 'https://scores.example.com', ''],
    ['https://scores.example.com//', 'https://scores.example.com', ''],
    [' HTTP://Scores.Example.com:80/ ', 'http://scores.example.com', ''],
    ['http://127.0.0.1:3000', 'http://127.0.0.1:3000', ''],
    ['http://[::1]:3000/', 'http://[::1]:3000', ''],
    ['https://example.com/games/scores/', 'https://example.com', '/games/scores'],
    ['wss://live.example.com', 'https://live.example.com', ''],
    ['ws://live.example.com:3001/', 'http://live.example.com:3001', ''],
    ['https://live.example.com/ws/scores', 'https://live.example.com', ''],
    ['https://example.com/scores/ws/scores/', 'https://example.com', '/scores'],
  ])('is parsed: %s', (text, origin, path) => {
    expect(parseAddress(text)).toEqual({ origin, path });
  });

  it.each([
    ['scores.example.com', 'does not begin with https:// or http://'],
    ['localhost:3000', 'does not begin with https:// or http://'],
    ['undefined', 'does not begin with https:// or http://'],
    ['ftp://example.com', 'does not begin with https:// or http://'],
    ['http://', 'is not a valid URL'],
    ['http://localhost:99999', 'is not a valid URL'],
    ['http://exa mple.com', 'is not a valid URL'],
    ['https://ann:secret@example.com', 'contains a user or password, which browsers do not send'],
    ['https://example.com/?board=1', 'contains ? or #'],
    ['https://example.com/#top', 'contains ? or #'],
    ['', 'has no host, and only a browser page has an origin to use instead'],
    ['/scores', 'has no host, and only a browser page has an origin to use instead'],
  ])('is refused with a reason and an example: “%s”', (text, reason) => {
    expect(() => parseAddress(text)).toThrow(`“${text}” ${reason}: expected an address like https://scores.example.com or https://example.com/scores`);
  });
});
