declare module 'pngjs' {
  /** The part that tests use: reads a PNG and checks its checksums. */
  export const PNG: { readonly sync: { read(data: Buffer): { readonly width: number; readonly height: number; readonly data: Buffer } } };
}
