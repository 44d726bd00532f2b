import { lastValueFrom } from 'rxjs';
import { FaultFilter } from './fault.filter';

it('FaultFilter lets a fault rise as it was thrown', async () => {
  const fault = new Error('the ledger is away');
  await expect(lastValueFrom(new FaultFilter().catch(fault))).rejects.toBe(fault);
});
