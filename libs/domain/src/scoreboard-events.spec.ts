import { ScoreboardEvents } from './scoreboard-events';

describe('ScoreboardEvents', () => {
  it('calls every listener of an event, in the order in which they were added', () => {
    const events = new ScoreboardEvents();
    const heard: string[] = [];
    events.on('message.confirmed', ({ seconds }) => void heard.push(`first ${seconds}`));
    events.on('message.confirmed', ({ seconds }) => void heard.push(`second ${seconds}`));
    events.on('message.applied', () => void heard.push('another event'));
    events.emit('message.confirmed', { seconds: 1 });
    expect(heard).toEqual(['first 1', 'second 1']);
  });

  it('counts and reports a listener that throws, and calls the others', () => {
    const reported: unknown[] = [];
    const events = new ScoreboardEvents((...failure) => void reported.push(failure));
    let calls = 0;
    events.on('message.confirmed', () => {
      throw new Error('a listener is broken');
    });
    events.on('message.confirmed', () => calls++);
    events.emit('message.confirmed', { seconds: 1 });
    events.emit('message.confirmed', { seconds: 1 });
    expect(calls).toBe(2);
    expect(events.failures).toEqual({ 'message.confirmed': 2 });
    expect(reported).toEqual(Array.from({ length: 2 }, () => ['message.confirmed', new Error('a listener is broken')]));
  });

  it('does not call a removed listener, even one that removes itself during a call', () => {
    const events = new ScoreboardEvents();
    let calls = 0;
    const listener = () => void calls++;
    const ends = [events.on('message.confirmed', listener), events.on('message.confirmed', listener)];
    ends[0]!();
    events.emit('message.confirmed', { seconds: 1 });
    expect(calls).toBe(1);
    ends[1]!();
    const end = events.on('message.confirmed', () => end());
    events.emit('message.confirmed', { seconds: 1 });
    expect([calls, events.has('message.confirmed')]).toEqual([1, false]);
  });

  it('counts errors from 0 for each event with a listener, so that the first error is an increase', () => {
    const events = new ScoreboardEvents();
    events.on('board.pushed', () => undefined);
    expect(events.failures).toEqual({ 'board.pushed': 0 });
  });

  it('reports whether an event has listeners', () => {
    const events = new ScoreboardEvents();
    expect(events.has('board.pushed')).toBe(false);
    const end = events.on('board.pushed', () => undefined);
    expect(events.has('board.pushed')).toBe(true);
    end();
    expect(events.has('board.pushed')).toBe(false);
  });
});
