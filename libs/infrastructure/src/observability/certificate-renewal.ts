import type { Server } from 'node:https';
import { Logger } from '@nestjs/common';
import { type CertificateFiles, readCertificate, type ServerCertificate } from '@scoreboard/infrastructure/config';
import { gauge } from './metrics';

const LOOK_MS = 5_000;

/**
 * Checks every five seconds whether the files contain a new certificate, and uses it for new connections; open ones stay.
 * A certificate that cannot be used (for example because only one of the files is new) is logged once, and the current one stays in use.
 * Does nothing if no files are configured.
 */
export function renewCertificate(server: Server, files: CertificateFiles, lookMs = LOOK_MS): void {
  let used = readCertificate(files);
  if (!used) return;
  const logger = new Logger('Certificate');
  gauge('scoreboard_certificate_expires_timestamp_seconds', 'When the certificate in use expires', () => used!.expires.getTime() / 1_000);
  let problem = '';
  const look = () => {
    try {
      const found = readCertificate(files)!;
      problem = '';
      if (!isSame(found, used!)) {
        server.setSecureContext({ cert: found.cert, key: found.key, minVersion: 'TLSv1.2' });
        used = found;
        logger.log(`renewed, valid until ${found.expires.toISOString()}`);
      }
    } catch (error) {
      const { message } = error as Error;
      if (message !== problem) logger.error(`not renewed: ${message}`);
      problem = message;
    }
  };
  const timer = setInterval(look, lookMs).unref();
  server.once('close', () => clearInterval(timer));
}

const isSame = (one: ServerCertificate, other: ServerCertificate): boolean => one.cert === other.cert && one.key === other.key;
