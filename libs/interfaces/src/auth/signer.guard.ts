import { type CanActivate, Inject, Injectable, NotFoundException } from '@nestjs/common';
import { TokenSigner } from '@scoreboard/application';

/** Where this process signs no tokens, what makes them is not there: 404, whoever asks. */
@Injectable()
export class SignerGuard implements CanActivate {
  constructor(@Inject(TokenSigner) private readonly signer: TokenSigner | null) {}

  canActivate(): boolean {
    if (!this.signer) throw new NotFoundException();
    return true;
  }
}
