/** What the framing page is sent: the height of the content in CSS pixels. A later version only adds members. */
interface HeightMessage {
  readonly type: 'scoreboard:height';
  readonly version: 1;
  readonly height: number;
}

/** The page around this one, where the browser names its origin. Any other may know as well: only pages of `CORS_ORIGINS` may frame this one. */
const PARENT = location.ancestorOrigins?.[0] ?? '*';

/** Tells the framing page the height of the content, now, at each change, and when it asks with a message `{type: 'scoreboard:height'}`. */
export function tellHeight(): void {
  if (parent === window) return;
  const tell = () => parent.postMessage({ type: 'scoreboard:height', version: 1, height: heightOf(document.body) } satisfies HeightMessage, PARENT);
  new ResizeObserver(tell).observe(document.body);
  addEventListener('message', ({ source, data }) => {
    if (source === parent && (data as Partial<HeightMessage> | null)?.type === 'scoreboard:height') tell();
  });
}

const heightOf = (element: HTMLElement): number => Math.ceil(element.getBoundingClientRect().height);
