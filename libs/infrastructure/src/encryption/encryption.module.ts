import { type DynamicModule, Module } from '@nestjs/common';
import { FieldCipher } from '@scoreboard/application';
import type { Settings } from '@scoreboard/infrastructure/config';
import { KeyRingCipher } from './key-ring-cipher';

/** Encryption of personal data with `DATA_ENCRYPTION_KEYS`; `FieldCipher` is null where there are none. */
@Module({})
export class EncryptionModule {
  static forRoot({ DATA_ENCRYPTION_KEYS: keys }: Pick<Settings, 'DATA_ENCRYPTION_KEYS'>): DynamicModule {
    return {
      module: EncryptionModule,
      global: true,
      providers: [{ provide: FieldCipher, useFactory: () => (keys ? new KeyRingCipher(keys) : null) }],
      exports: [FieldCipher],
    };
  }
}
