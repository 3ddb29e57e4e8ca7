/** A client certificate, shown in the TLS handshake; the host maps it to an account of its own (DSP0226, C.3.1). */
import type { Scheme } from './scheme.ts';

const MUTUAL = 'http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual';

export function certificateScheme(): Scheme {
  return {
    name: 'certificate',
    needsTls: true,
    begin: () =>
      Promise.resolve({ prove: () => Promise.resolve({ kind: 'tls', authorization: MUTUAL }) }),
  };
}
