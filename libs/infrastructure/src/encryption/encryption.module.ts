import { type DynamicModule, Module } from '@nestjs/common';
import { Sealer } from '@scoreboard/application';
import type { Settings } from '@scoreboard/infrastructure/config';
import { KeyRing } from './key-ring';

/** Encryption of personal data with `DATA_ENCRYPTION_KEYS`; `Sealer` is null where there are none. */
@Module({})
export class EncryptionModule {
  static forRoot({ DATA_ENCRYPTION_KEYS: keys }: Pick<Settings, 'DATA_ENCRYPTION_KEYS'>): DynamicModule {
    return {
      module: EncryptionModule,
      global: true,
      providers: [{ provide: Sealer, useFactory: () => (keys ? new KeyRing(keys) : null) }],
      exports: [Sealer],
    };
  }
}
