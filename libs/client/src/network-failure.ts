interface NetworkError extends Error {
  readonly code?: string;
}

/** Why a `fetch` came back with nothing, in one line. Node knows; a browser does not tell, and says undefined here. */
export function reasonOf(error: unknown): string | undefined {
  const { cause } = error as { readonly cause?: NetworkError };
  // Where a host has several addresses, each failed for a reason of its own, and the message is empty.
  return cause && (cause.message.split('\n')[0] || cause.code);
}
