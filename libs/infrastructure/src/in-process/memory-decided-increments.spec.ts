import { decidedIncrementsContract } from '@scoreboard/application/scores/decided-increments.contract';
import { MemoryDecidedIncrements } from './memory-decided-increments';

describe('MemoryDecidedIncrements', () => decidedIncrementsContract(async () => new MemoryDecidedIncrements()));
