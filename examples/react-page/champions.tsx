import { Scoreboard } from '@scoreboard/client';
import { useBoard } from '@scoreboard/react';
import { useState } from 'react';

// Once, outside of components. The scoreboard must allow the origin of this page: CORS_ORIGINS.
const scoreboard = new Scoreboard('http://127.0.0.1:3000');
scoreboard.on('error', ({ message }) => console.warn(message));

/** The top ten of all time or of this week, as they change. */
export function Champions() {
  const [board, setBoard] = useState('global');
  const [isOpen, setOpen] = useState(true);
  return (
    <main>
      <button onClick={() => setBoard(board === 'global' ? 'week' : 'global')}>{board === 'global' ? 'This week' : 'All time'}</button>
      <button onClick={() => setOpen(!isOpen)}>{isOpen ? 'Hide' : 'Show'}</button>
      {isOpen && <Board board={board} />}
    </main>
  );
}

function Board({ board }: { readonly board: string }) {
  const { entries, period, state } = useBoard(scoreboard, { board });
  return (
    <section>
      <p role="status">{state}</p>
      <h1>{period ?? 'All time'}</h1>
      <ol>
        {entries?.map(({ userId, name, score }) => (
          <li key={userId}>{name ?? userId}: {score}</li>
        ))}
      </ol>
    </section>
  );
}
