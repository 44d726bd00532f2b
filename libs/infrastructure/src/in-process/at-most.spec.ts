import { LRUCache } from 'lru-cache';
import { atMost } from './at-most';

const bytes = () => {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

describe('a cache of at most so many entries', () => {
  it('forgets the least recently used one', () => {
    const cache = new LRUCache<string, number>(atMost(2));
    cache.set('a', 1).set('b', 2).get('a');
    cache.set('c', 3);
    expect([...cache.keys()].sort()).toEqual(['a', 'c']);
  });

  it('takes no memory for entries that it does not have', () => {
    const before = bytes();
    const caches = Array.from({ length: 10 }, () => new LRUCache<string, number>(atMost(1_000_000)));
    expect((bytes() - before) / caches.length).toBeLessThan(100_000);
  });
});
