import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';

/**
 * Lets a fault of a message handler rise to the transport as it was thrown. Nest's own filter would log each one with its
 * stack and replace it by `Internal server error`; the queue keeps the batch, tries again and logs the outage once.
 */
@Catch()
export class FaultFilter implements RpcExceptionFilter {
  catch(fault: unknown): Observable<never> {
    return throwError(() => fault);
  }
}
