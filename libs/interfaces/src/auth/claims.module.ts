import { type DynamicModule, Module } from '@nestjs/common';
import { ClaimGuest, ErrorReporter, ProjectStandings, TokenSigner, TokenVerifier } from '@scoreboard/application';
import { GuestClaims } from '@scoreboard/domain';
import { ProjectionModule } from '../projection.module';
import { ClaimController } from './claim.controller';
import { ClaimsGuard } from './claims.guard';

/** What players may take from guests. */
export interface ClaimsOptions {
  /** The setting `GUEST_PLAY`. */
  readonly guestPlay: boolean;
  /** The setting `GUEST_CLAIM_MAX_POINTS`. */
  readonly maxPoints: number;
}

/** Players take along the points that they earned as guests. The app provides the ports and the verifier globally. */
@Module({})
export class ClaimsModule {
  static forRoot({ guestPlay, maxPoints }: ClaimsOptions): DynamicModule {
    return {
      module: ClaimsModule,
      imports: [ProjectionModule],
      controllers: [ClaimController],
      providers: [
        ClaimsGuard,
        {
          provide: ClaimGuest,
          useFactory: (verifier: TokenVerifier, signer: TokenSigner | null, claims: GuestClaims, projection: ProjectStandings, errors: ErrorReporter) =>
            new ClaimGuest(verifier, signer, claims, projection, errors, guestPlay ? maxPoints : 0),
          inject: [TokenVerifier, TokenSigner, GuestClaims, ProjectStandings, ErrorReporter],
        },
      ],
    };
  }
}
