import { redactor } from './redact';

const redact = redactor(['a secret "of" ours', 'short']);
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl';

describe('redactor', () => {
  it.each([
    ['connect ECONNREFUSED amqp://ann:hunter2@broker:5672/x', 'connect ECONNREFUSED amqp://[redacted]@broker:5672/x'],
    ['amqp://ann:hun@ter2@a,amqps://hunter2@b', 'amqp://[redacted]@a,amqps://[redacted]@b'],
    ['a fault of redis://:hunter2@cache', 'a fault of redis://[redacted]@cache'],
    [`invalid token ${JWT}!`, 'invalid token [redacted]!'],
    ['Authorization: Bearer hunter2hunter2', 'Authorization: Bearer [redacted]'],
    ['basic aHVudGVyMjpodW50ZXIy', 'basic [redacted]'],
    ['GET /ws/scores?revision=1&token=hunter2&x=1', 'GET /ws/scores?revision=1&token=[redacted]&x=1'],
    ['{"authorization":"hunter2","a":1,"Cookie":"b=\\"hunter2\\"","clientSecret" : "hunter2"}', '{"authorization":"[redacted]","a":1,"Cookie":"[redacted]","clientSecret" : "[redacted]"}'],
    ['{"message":"{\\"password\\":\\"hunter2\\",\\"user\\":\\"ann\\"}"}', '{"message":"{\\"password\\":\\"[redacted]\\",\\"user\\":\\"ann\\"}"}'],
    ['-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\nrest', '[redacted]\nrest'],
    ['{"message":"-----BEGIN EC PRIVATE KEY-----\\nhunter2+/=\\n-----END EC PRIVATE KEY-----"}', '{"message":"[redacted]"}'],
    ['{"message":"cut -----BEGIN PRIVATE KEY-----\\nhunter2"}', '{"message":"cut [redacted]"}'],
    ['said: a secret "of" ours', 'said: [redacted]'],
    ['{"message":"a secret \\"of\\" ours"}', '{"message":"[redacted]"}'],
  ])('redacts %j to %j', (line, redacted) => {
    expect(redact(line)).toBe(redacted);
  });

  it('keeps field names, the role name and numbers that contain a secret', () => {
    const line = '{"service.name":"scoreboard-api","scoreboard.command_id":"x","port":12345678,"message":"scoreboard has 12345678"}';
    expect(redactor(['scoreboard', '12345678'])(line)).toBe('{"service.name":"scoreboard-api","scoreboard.command_id":"x","port":12345678,"message":"[redacted] has [redacted]"}');
  });

  it.each(['\\', '"', '://', 'Bearer ', 'eyJ'])('is fast for a line that repeats %j', (piece) => {
    const line = piece.repeat(100_000);
    expect(redact(line) === line).toBe(true);
  });

  it.each(['listening on http://127.0.0.1:3000', 'a short word of 5', 'mail ann@example.com about https://example.com/a@b', 'token expired', 'Basic rules', 'must be a private key in PEM (-----BEGIN PRIVATE KEY-----)', '{"message":"password is missing"}'])(
    'leaves %j as it is',
    (line) => {
      expect(redact(line)).toBe(line);
    },
  );
});
