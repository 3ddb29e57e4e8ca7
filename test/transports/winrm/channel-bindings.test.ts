import { hash, X509Certificate } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { channelBindings } from '../../../src/transports/winrm/channel-bindings.ts';
import { fixture, hex, vectors } from './fixtures.ts';

const published = new X509Certificate(fixture('rubyntlm/sha_256_hash.pem')).raw;

test('the bindings of the published certificate are the published ones', () => {
  const value = vectors.channelBinding[1]?.msvAvChannelBindings ?? '';
  expect(channelBindings(published).toString('hex')).toBe(value);
});

/** A certificate as far as its outer form goes: the algorithm decides the hash, all else is only hashed. */
function certificate(algorithm: string): Buffer {
  const sequence = (...parts: readonly Buffer[]): Buffer => {
    const content = Buffer.concat(parts);
    return Buffer.concat([Buffer.from([0x30, content.length]), content]);
  };
  return sequence(sequence(hex('020101')), sequence(hex(algorithm)), hex('03020000'));
}

function bindings(hashed: Buffer): Buffer {
  const application = Buffer.concat([Buffer.from('tls-server-end-point:'), hashed]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(application.length);
  return hash('md5', Buffer.concat([Buffer.alloc(16), length, application]), 'buffer');
}

const PSS = '06092a864886f70d01010a';
test.each([
  ['sha1WithRSA', '06092a864886f70d0101050500', 'sha256'],
  ['sha256WithRSA', '06092a864886f70d01010b0500', 'sha256'],
  ['sha384WithRSA', '06092a864886f70d01010c0500', 'sha384'],
  ['sha512WithRSA', '06092a864886f70d01010d0500', 'sha512'],
  ['ecdsa-with-SHA384', '06082a8648ce3d040303', 'sha384'],
  ['RSA-PSS with SHA-512', `${PSS}3011a00f300d06096086480165030402030500`, 'sha512'],
  ['RSA-PSS with SHA-256', `${PSS}3011a00f300d06096086480165030402010500`, 'sha256'],
  ['RSA-PSS that names no hash', `${PSS}3000`, 'sha256'],
  ['Ed25519', '06032b6570', 'sha256'],
])('a certificate signed with %s is hashed as RFC 5929 says', (_, algorithm, name) => {
  const der = certificate(algorithm);
  expect(channelBindings(der)).toEqual(bindings(hash(name, der, 'buffer')));
});

test('no bytes are a certificate that cannot be hashed', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      expect(channelBindings(bytes)).toHaveLength(16);
    }),
  );
});
