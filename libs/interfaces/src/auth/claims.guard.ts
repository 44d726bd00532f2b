import { type CanActivate, Injectable, NotFoundException } from '@nestjs/common';
import { ClaimGuest } from '@scoreboard/application';

/** If guests cannot be claimed here, the answer is 404, whatever token the request has. */
@Injectable()
export class ClaimsGuard implements CanActivate {
  constructor(private readonly claimGuest: ClaimGuest) {}

  canActivate(): boolean {
    if (!this.claimGuest.isOn) throw new NotFoundException();
    return true;
  }
}
