/** Settings of the push path; provided by the app. */
export class GatewayOptions {
  /** The least time between two pushes of one state, in milliseconds. */
  readonly pushIntervalMs: number;

  constructor(options: { readonly pushIntervalMs: number }) {
    this.pushIntervalMs = options.pushIntervalMs;
  }
}
