import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';

/**
 * Rethrows an error of a message handler to the transport unchanged. Nest's own filter would log each error with its
 * stack and replace it with `Internal server error`; the queue keeps the batch, retries it and logs the outage once.
 */
@Catch()
export class FaultFilter implements RpcExceptionFilter {
  catch(fault: unknown): Observable<never> {
    return throwError(() => fault);
  }
}
