import { quotasContract } from '@scoreboard/application/scores/quotas.contract';
import { MemoryQuotas } from './memory-quotas';

describe('MemoryQuotas', () => {
  quotasContract(async () => {
    let now = 1_764_000_000_000;
    return { quotas: new MemoryQuotas({ now: () => now }), pass: async (seconds) => void (now += seconds * 1_000) };
  });
});
