import { type CanActivate, Inject, Injectable, NotFoundException } from '@nestjs/common';
import { TokenSigner } from '@scoreboard/application';

/** If this process has no signing key, the endpoints that issue tokens answer 404, whatever token the request has. */
@Injectable()
export class SignerGuard implements CanActivate {
  constructor(@Inject(TokenSigner) private readonly signer: TokenSigner | null) {}

  canActivate(): boolean {
    if (!this.signer) throw new NotFoundException();
    return true;
  }
}
