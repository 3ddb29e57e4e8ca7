/** A line to a server that breaks off: real sockets, cut once so many bytes have come back. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface BreakingLine extends AsyncDisposable {
  readonly port: number;
  /** Connections so far. */
  readonly connections: () => number;
  /** Cuts all that are open, and refuses others for so long. */
  breakNow(refusedMs?: number): void;
  /** From now on nothing comes through, and nothing is cut: as when a VPN drops. */
  freeze(): void;
}

/** @param cutAfter bytes from the server after which the first connection is cut; absent: only by `breakNow`. */
export async function breakingLine(
  to: { readonly host: string; readonly port: number },
  cutAfter = Number.POSITIVE_INFINITY,
): Promise<BreakingLine> {
  const open = new Set<Socket>();
  let connections = 0;
  let isFrozen = false;
  const cut = (): void => {
    for (const socket of open) socket.resetAndDestroy();
  };
  const server = createServer((near) => {
    connections += 1;
    let left = connections === 1 ? cutAfter : Number.POSITIVE_INFINITY;
    const far = connect(to);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
    }
    near.on('data', (bytes) => isFrozen || far.write(bytes));
    far.on('data', (bytes) => {
      left -= bytes.length;
      if (left < 0) cut();
      else if (!isFrozen) near.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const breakNow = (refusedMs = 0): void => {
    if (refusedMs > 0) {
      server.close();
      setTimeout(() => server.listen(port, '127.0.0.1'), refusedMs);
    }
    cut();
  };
  return {
    port,
    connections: () => connections,
    breakNow,
    freeze: () => {
      isFrozen = true;
    },
    [Symbol.asyncDispose]: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
