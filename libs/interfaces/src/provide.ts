import type { FactoryProvider } from '@nestjs/common';

/** A class as an injection token: abstract for a port, plain for a use case. */
type Token<T> = abstract new (...args: never[]) => T;

/** Binds a plain class to its ports, in the order of its constructor. A missing port or a wrong order does not compile. */
export const provide = <Ports extends unknown[], T>(type: new (...ports: Ports) => T, ...ports: { [K in keyof Ports]: Token<Ports[K]> }): FactoryProvider<T> => ({
  provide: type,
  useFactory: (...instances: Ports) => new type(...instances),
  inject: ports as Token<unknown>[],
});
