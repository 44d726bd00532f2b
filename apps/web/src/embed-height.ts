/** The message to the framing page: the height of the content, in CSS pixels. Later versions only add members. */
interface HeightMessage {
  readonly type: 'scoreboard:height';
  readonly version: 1;
  readonly height: number;
}

/** The origin of the framing page, if the browser reveals it. `*` is safe: only pages of `CORS_ORIGINS` may frame this one. */
const PARENT = location.ancestorOrigins?.[0] ?? '*';

/** Sends the height of the content to the framing page: now, on each change, and in reply to a message `{type: 'scoreboard:height'}`. */
export function tellHeight(): void {
  if (parent === window) return;
  const tell = () => parent.postMessage({ type: 'scoreboard:height', version: 1, height: heightOf(document.body) } satisfies HeightMessage, PARENT);
  new ResizeObserver(tell).observe(document.body);
  addEventListener('message', ({ source, data }) => {
    if (source === parent && (data as Partial<HeightMessage> | null)?.type === 'scoreboard:height') tell();
  });
}

const heightOf = (element: HTMLElement): number => Math.ceil(element.getBoundingClientRect().height);
