import { lastValueFrom } from 'rxjs';
import { FaultFilter } from './fault.filter';

it('FaultFilter rethrows an error unchanged', async () => {
  const fault = new Error('the ledger is down');
  await expect(lastValueFrom(new FaultFilter().catch(fault))).rejects.toBe(fault);
});
