/** Whom we trust over HTTPS, and what a certificate that is refused looked like. */
import { readFile } from 'node:fs/promises';
import tls, { type PeerCertificate, type SecureContext } from 'node:tls';
import { ContactError } from '../../core/contact.ts';
import type { CertificateLogon } from '../../core/secret.ts';
import { errnoOf } from '../../core/error.ts';
import { quote } from './host-text.ts';

/** Reading some hundred certificates takes milliseconds: once for each file and log-on, not for each host. */
const contexts = new Map<CertificateLogon | undefined, Map<string, Promise<SecureContext>>>();

/**
 * The authorities of this machine and Node, and those in the PEM file.
 * @param logon shown to the host, where it signs in by certificate
 * @throws ContactError stage tls when the file cannot be read or holds no certificate.
 */
export function trusted(caFile?: string, logon?: CertificateLogon): Promise<SecureContext> {
  const ofLogon = contexts.get(logon) ?? new Map<string, Promise<SecureContext>>();
  contexts.set(logon, ofLogon);
  const key = caFile ?? '';
  const known = ofLogon.get(key) ?? makeContext(caFile, logon);
  ofLogon.set(key, known);
  return known;
}

async function makeContext(
  caFile: string | undefined,
  logon: CertificateLogon | undefined,
): Promise<SecureContext> {
  const ca = systemAuthorities();
  const own = logon && {
    cert: logon.certificate,
    key: logon.key.reveal(),
    ...(logon.passphrase && { passphrase: logon.passphrase.reveal() }),
  };
  try {
    if (caFile !== undefined) ca.push(await readAuthorities(caFile));
    tls.createSecureContext({ ca });
  } catch (cause) {
    const code = errnoOf(cause) ?? 'BAD_CA_FILE';
    const message = `cannot use ${quote(caFile ?? '', 80)} as "ca": it must be a readable PEM file with certificates`;
    throw new ContactError({ stage: 'tls', code, message }, { cause });
  }
  try {
    return tls.createSecureContext({ ca, ...own });
  } catch (cause) {
    const message = `the client certificate of "${quote(logon?.user ?? '')}" cannot be used (${errnoOf(cause) ?? 'unknown'}); its key must belong to it`;
    throw new ContactError({ stage: 'auth', code: 'AUTH_UNAVAILABLE', message }, { cause });
  }
}

async function readAuthorities(file: string): Promise<string> {
  const pem = await readFile(file, 'utf8');
  // OpenSSL takes a file without any for an empty list.
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) throw new Error('no certificate in it');
  return pem;
}

/** What Node trusts, and the machine where Node can tell (22.15 and later). */
function systemAuthorities(): string[] {
  const ofNode = [...tls.rootCertificates];
  if (!('getCACertificates' in tls)) return ofNode;
  return [...tls.getCACertificates('default'), ...tls.getCACertificates('system')];
}

const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['CERT_HAS_EXPIRED', 'has expired; renew it and bind it to the listener'],
  ['CERT_NOT_YET_VALID', 'is not valid yet; check the clocks'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'is self-signed; give it as "ca" in the inventory'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'comes from an authority we do not know; give its PEM as "ca"'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'comes from an authority we do not know; give its PEM as "ca"'],
  [
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'comes from an authority we do not know; give its PEM as "ca"',
  ],
  [
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'comes from an authority we do not know; give its PEM as "ca"',
  ],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'is for another name; use its name, or set server_name'],
]);

/** It is not the certificate that was pinned, or that it showed when it was first met. */
export function certificateChanged(known: string, shown: string): ContactError {
  const message = `the host shows another certificate: SHA-256 ${shown}, expected ${known}; renewed, or somebody in between`;
  return new ContactError({ stage: 'tls', code: 'CERT_CHANGED', message });
}

const OLD =
  'the host speaks TLS 1.0 or 1.1 only, which is broken; enable TLS 1.2 there, or use port 5985';
const NO_TLS = 'what answers is no TLS: 5986 is HTTPS and 5985 is not; check port and "tls"';
const NO_CIPHER =
  'host and console share no cipher, or it wants a client certificate; enable TLS 1.2 with ECDHE and AES-GCM there';

/** What came instead of a handshake: OpenSSL's reasons, as Node spells them. */
const HANDSHAKES: ReadonlyMap<string, string> = new Map([
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', OLD],
  ['ERR_SSL_UNSUPPORTED_PROTOCOL', OLD],
  ['ERR_SSL_WRONG_VERSION_NUMBER', NO_TLS],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', NO_TLS],
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', NO_CIPHER],
  ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', NO_CIPHER], // from OpenSSL 3.5 on
  [
    'ECONNRESET',
    'the host breaks off the TLS handshake: its listener has no certificate, or it is older than TLS 1.2',
  ],
]);

/** A failed handshake in words; `certificate` where one had come. */
export function tlsProblem(error: unknown, certificate: PeerCertificate | undefined): ContactError {
  const code = errnoOf(error) ?? 'EPROTO';
  const meaning = MEANINGS.get(code);
  const message =
    meaning === undefined
      ? (HANDSHAKES.get(code) ??
        `no TLS with this host (${code}): 5986 is HTTPS and 5985 is not; a listener needs a certificate and TLS 1.2`)
      : `the certificate ${describe(certificate)}${meaning}`;
  return new ContactError({ stage: 'tls', code, message }, { cause: error });
}

function describe(certificate: PeerCertificate | undefined): string {
  if (certificate?.fingerprint256 === undefined) return '';
  const name = quote(String(certificate.subject.CN ?? 'without a name'), 30);
  const until = new Date(certificate.valid_to);
  const date = Number.isNaN(until.getTime()) ? '?' : until.toISOString().slice(0, 10);
  const start = certificate.fingerprint256.replaceAll(':', '').slice(0, 16).toLowerCase();
  return `"${name}" (until ${date}, SHA-256 ${start}...) `;
}
