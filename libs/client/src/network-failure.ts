interface NetworkError extends Error {
  readonly code?: string;
}

/** Why a `fetch` failed, in one line. Undefined in a browser, which does not reveal the reason. */
export function reasonOf(error: unknown): string | undefined {
  const { cause } = error as { readonly cause?: NetworkError };
  // If a host has several addresses, each failed for its own reason, and the message is empty.
  return cause && (cause.message.split('\n')[0] || cause.code);
}
