export interface FetchJsonOptions {
  /** Longer responses are rejected. */
  readonly maxBytes: number;
  /** Aborts the request at any point, including while the body is read. */
  readonly signal: AbortSignal;
}

/** Fetches and parses JSON. Throws for a redirect, for any status except 200, and for an oversized or invalid body. */
export async function fetchJson(uri: string, { maxBytes, signal }: FetchJsonOptions): Promise<unknown> {
  const response = await fetch(uri, { redirect: 'error', signal, headers: { accept: 'application/json, application/jwk-set+json' } }).catch(rethrow);
  if (response.status !== 200 || !response.body) {
    await response.body?.cancel();
    throw new Error(`unexpected status ${response.status}: expected 200`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    // Throwing leaves the loop, which closes the connection.
    if (size > maxBytes) throw new Error(`response too large: expected at most ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString());
}

/** The error of `fetch` only says "fetch failed"; the reason is in its cause. */
function rethrow(error: Error & { cause?: Error & { code?: string } }): never {
  throw error.cause ? new Error(`cannot be reached: ${error.cause.code ?? error.cause.message}`, { cause: error }) : error;
}
