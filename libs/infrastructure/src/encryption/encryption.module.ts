import { type DynamicModule, Module } from '@nestjs/common';
import { FieldCipher } from '@scoreboard/application';
import type { Settings } from '@scoreboard/infrastructure/config';
import { KeyRingCipher } from './key-ring-cipher';

/** Encrypts personal data with `DATA_ENCRYPTION_KEYS`; without keys `FieldCipher` is null. */
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
