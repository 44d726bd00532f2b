/** Push settings; provided by the app. */
export class GatewayOptions {
  /** The minimum time between two pushes of the same state, in milliseconds. */
  readonly pushIntervalMs: number;

  constructor(options: { readonly pushIntervalMs: number }) {
    this.pushIntervalMs = options.pushIntervalMs;
  }
}
