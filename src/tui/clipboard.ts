/** Copying through the terminal (OSC 52), which also reaches the desk of whoever works over SSH. */

export type Multiplexer = 'tmux' | 'screen' | 'none';

/** Bytes of base64 that xterm takes; most others take more. */
const MOST = 74_994;
/** What GNU screen passes on in one piece. */
const SCREEN_PIECE = 256;

/** What to write so that the terminal takes `text`; undefined where it would not. */
export function copySequence(text: string, inside: Multiplexer): string | undefined {
  const data = Buffer.from(text).toString('base64');
  if (data.length > MOST) return undefined;
  const plain = `\u001b]52;c;${data}\u0007`;
  switch (inside) {
    case 'tmux':
      // Which of both tmux takes is a matter of its settings (set-clipboard, allow-passthrough).
      return `${plain}\u001bPtmux;${plain.replaceAll('\u001b', '\u001b\u001b')}\u001b\\`;
    case 'screen': {
      const pieces = plain.match(new RegExp(`[^]{1,${SCREEN_PIECE}}`, 'g')) ?? [];
      return pieces.map((piece) => `\u001bP${piece}\u001b\\`).join('');
    }
    case 'none':
      return plain;
  }
}
