/** Limits an `LRUCache` to `max` entries. With its own option `max` it would reserve room for all of them at once: 4 MiB and a millisecond or more for 100,000. */
export const atMost = (max: number) => ({ maxSize: max, sizeCalculation: () => 1 });
