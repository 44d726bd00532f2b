export interface FetchJsonOptions {
  /** A longer answer is given up. */
  readonly maxBytes: number;
  /** Ends it at any point, also while the answer comes in. */
  readonly signal: AbortSignal;
}

/** What this address answers, from there and nowhere else: a redirect counts as a failure, as does any status but 200. Throws. */
export async function fetchJson(uri: string, { maxBytes, signal }: FetchJsonOptions): Promise<unknown> {
  const response = await fetch(uri, { redirect: 'error', signal, headers: { accept: 'application/json, application/jwk-set+json' } }).catch(rethrow);
  if (response.status !== 200 || !response.body) {
    await response.body?.cancel();
    throw new Error(`answered ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    // Leaving the loop lets the connection go.
    if (size > maxBytes) throw new Error(`answered more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString());
}

/** Fetch itself says "fetch failed" and no more. */
function rethrow(error: Error & { cause?: Error & { code?: string } }): never {
  throw error.cause ? new Error(`cannot be reached: ${error.cause.code ?? error.cause.message}`, { cause: error }) : error;
}
