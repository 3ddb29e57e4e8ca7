/** Judges a client certificate and its key before they are used: do they fit, do they open, are they still valid. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Unusable } from './read-secret-file.ts';
import { unusable } from './read-secret-file.ts';

/** The subject, or what is wrong with the certificate by itself. */
export function certificateSubject(pem: string, now: Date): string | Unusable {
  const certificate = parsed(pem);
  if (certificate === undefined) return unusable('is not a certificate in PEM', TO_PEM);
  if (Date.parse(certificate.validTo) < now.getTime()) {
    return unusable(
      `has expired on ${day(certificate.validTo)}`,
      'name the certificate that came after it',
    );
  }
  if (Date.parse(certificate.validFrom) > now.getTime()) {
    return unusable(
      `is valid only from ${day(certificate.validFrom)} on`,
      'check the clock of this machine',
    );
  }
  return certificate.subject.split('\n').toReversed().join(', ');
}

/** True when a passphrase is needed: PKCS #8 (RFC 5958), or PEM of old (RFC 1421, 4.6.1.1). */
export function isEncryptedPem(key: string): boolean {
  return /^-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(key);
}

/** What is wrong with the key; `passphrase` opens it where it is encrypted. */
export function certificateKeyFault(
  key: string,
  passphrase: string | undefined,
  certificate: string,
): Unusable | undefined {
  try {
    const opened = createPrivateKey({ key, ...(passphrase !== undefined && { passphrase }) });
    if (parsed(certificate)?.checkPrivateKey(opened) === true) return undefined;
    return unusable('belongs to another certificate', 'name the key that was made with it');
  } catch {
    return isEncryptedPem(key)
      ? unusable(
          'does not open with its passphrase',
          'try it by hand: openssl pkey -noout -in FILE',
        )
      : unusable('is not a private key in PEM', TO_PEM);
  }
}

const TO_PEM = 'of a .pfx file: openssl pkcs12 -in FILE.pfx -out FILE.pem';

function parsed(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function day(time: string): string {
  return new Date(time).toISOString().slice(0, 10);
}
