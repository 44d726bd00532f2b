const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Whether nobody on the way can change what this URL answers: `https://`, or `http://` on this machine; and without a password. */
export function isTrustedUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, username, password } = new URL(value);
  return !username && !password && (protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname)));
}
