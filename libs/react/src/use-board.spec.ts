import { Scoreboard } from '@scoreboard/client';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { useBoard, useMe } from './index.ts';

describe('useBoard and useMe on a server', () => {
  it('render without entries, and connect to nothing', () => {
    const scoreboard = new Scoreboard('http://127.0.0.1:9', { token: () => undefined as never });
    const listened = jest.spyOn(scoreboard, 'on');
    const Page = () => {
      const { entries, period, state } = useBoard(scoreboard, { board: 'week', count: 3 });
      return createElement('p', undefined, JSON.stringify([entries ?? null, period ?? null, state, useMe(scoreboard) ?? null]));
    };
    expect(renderToString(createElement(Page))).toBe('<p>[null,null,&quot;reconnecting&quot;,null]</p>');
    expect(listened).not.toHaveBeenCalled();
  });
});
