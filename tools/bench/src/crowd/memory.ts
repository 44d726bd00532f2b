import { once } from 'node:events';
import { WebSocket } from 'ws';

/** In bytes, after a collection of garbage. */
export type Memory = ReturnType<typeof summary>;

/** Of this process, which was started with `--expose-gc`. */
export function ownMemory(): Memory {
  globalThis.gc!();
  return summary(process.memoryUsage());
}

/** Asks a process that was started with `--inspect=127.0.0.1:<port>`. */
export async function memoryOf(inspectPort: number): Promise<Memory> {
  const [{ webSocketDebuggerUrl }] = (await (await fetch(`http://127.0.0.1:${inspectPort}/json/list`)).json()) as [{ webSocketDebuggerUrl: string }];
  const inspector = new WebSocket(webSocketDebuggerUrl, { perMessageDeflate: false });
  await once(inspector, 'open');
  const call = async (method: string, params: object = {}) => {
    inspector.send(JSON.stringify({ id: 1, method, params }));
    const [content] = (await once(inspector, 'message')) as [Buffer];
    return JSON.parse(String(content)) as { result: { result?: { value: string } } };
  };
  await call('HeapProfiler.collectGarbage');
  const { result } = await call('Runtime.evaluate', { expression: 'JSON.stringify(process.memoryUsage())' });
  inspector.terminate();
  return summary(JSON.parse(result.result!.value) as NodeJS.MemoryUsage);
}

/** `heap` is what JavaScript holds, buffers outside its heap too; `resident` what the process has of the machine. */
const summary = ({ heapUsed, external, rss }: NodeJS.MemoryUsage) => ({ heap: heapUsed + external, resident: rss });
