/** Sealing with Kerberos, as WinRM wants it: a head and the sealed text, of whichever library made them. */
import { badReply } from './bad-reply.ts';
import {
  readEncryptedBody,
  sealedBody,
  sealedType,
  type Sealed,
  type SealProtocol,
} from './encrypted-body.ts';
import { kerberosProblem } from './kerberos-problem.ts';
import type { Seal } from './seal.ts';
import { bytesOf } from './text-parts.ts';

/** One side of a log-on by tickets: its tokens, then sealing with what it leaves behind. To be ended. */
export interface KerberosContext extends Disposable {
  readonly isComplete: boolean;
  /** The next token to send; empty when there is nothing more to say. */
  step(token?: Uint8Array): Promise<Buffer>;
  seal(text: Uint8Array): Sealed;
  open(sealed: Sealed): Buffer;
}

/** @param context complete; whoever made it ends it */
export function kerberosSeal(
  context: Pick<KerberosContext, 'seal' | 'open'>,
  protocol: SealProtocol,
): Seal {
  return {
    contentType: sealedType(protocol),
    close(text) {
      const plain = bytesOf(text);
      return sealedBody(protocol, sealed(context, plain), plain.length);
    },
    open(contentType, body) {
      const parts = readEncryptedBody(contentType, body, protocol);
      try {
        return context.open(parts);
      } catch (cause) {
        throw badReply('does not bear the right seal', { cause });
      }
    },
  };
}

/** A ticket may end while the session goes on. */
function sealed(context: Pick<KerberosContext, 'seal'>, plain: Buffer): Sealed {
  try {
    return context.seal(plain);
  } catch (error) {
    throw kerberosProblem(error, 'this session');
  }
}
