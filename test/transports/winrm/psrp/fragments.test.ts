import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Defragmenter, fragmentsOf } from '../../../../src/transports/winrm/psrp/fragments.ts';
import {
  MESSAGE,
  readMessage,
  writeMessage,
} from '../../../../src/transports/winrm/psrp/message.ts';
import { hex, isReadOrRefused } from '../fixtures.ts';

const bytes = (most: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength: most });

test('a fragment has the header that the protocol says, big-endian', () => {
  const [first, second, ...none] = fragmentsOf(hex('aabbcc'), 0x0102, 23);
  expect(first?.toString('hex')).toBe('000000000000010200000000000000000100000002aabb');
  expect(second?.toString('hex')).toBe('000000000000010200000000000000010200000001cc');
  expect(none).toEqual([]);
});

test('a message that fits is one fragment, first and last at once', () => {
  expect(fragmentsOf(hex('aa'), 1, 100).map((each) => each[16])).toEqual([3]);
  expect(fragmentsOf(new Uint8Array(), 1, 100).map((each) => each.length)).toEqual([21]);
});

test('messages come out as they went in, in fragments of any size and pieces of any length', () => {
  const messages = fc.array(bytes(300), { maxLength: 5 });
  fc.assert(
    fc.property(
      messages,
      fc.integer({ min: 22, max: 200 }),
      fc.integer({ min: 1, max: 90 }),
      (sent, room, piece) => {
        const stream = Buffer.concat(
          sent.flatMap((each, index) => fragmentsOf(each, index + 1, room)),
        );
        const reader = new Defragmenter();
        const came: Buffer[] = [];
        for (let at = 0; at < stream.length; at += piece)
          came.push(...reader.push(stream.subarray(at, at + piece)));
        expect(came.map((each) => each.toString('hex'))).toEqual(
          sent.map((each) => Buffer.from(each).toString('hex')),
        );
      },
    ),
  );
});

describe('refused is', () => {
  const [one = hex(''), two = hex(''), three = hex('')] = fragmentsOf(hex('aabbcc'), 7, 22);
  const [other = hex('')] = fragmentsOf(hex('dd'), 8, 22);
  test.each([
    ['a message without its start', [two]],
    ['a fragment left out', [one, three]],
    ['a fragment twice', [one, two, two]],
    ['a message within another', [one, other]],
    ['a start that is not the first', [Buffer.concat([two.subarray(0, 16), hex('0100000000')])]],
  ])('%s', (_, fragments) => {
    const reader = new Defragmenter();
    expect(() => fragments.map((each) => reader.push(each))).toThrow(
      expect.objectContaining({ code: 'BAD_REPLY' }),
    );
  });

  test('a message longer than anybody reads, before it is held', () => {
    const reader = new Defragmenter(4);
    expect(() => reader.push(fragmentsOf(hex('aabbccddee'), 1, 100)[0] ?? hex(''))).toThrow(
      expect.objectContaining({ code: 'BAD_REPLY' }),
    );
    const slowly = new Defragmenter(4);
    const fragments = fragmentsOf(hex('aabbccddee'), 1, 23);
    expect(() => fragments.flatMap((each) => slowly.push(each))).toThrow(
      expect.objectContaining({ code: 'BAD_REPLY' }),
    );
  });

  test('hostile bytes, and nothing worse', () => {
    fc.assert(
      fc.property(fc.array(bytes(60)), (pieces) => {
        const reader = new Defragmenter(1000);
        const read = (): void => {
          for (const piece of pieces) for (const each of reader.push(piece)) readMessage(each);
        };
        expect(isReadOrRefused(read)).toBe(true);
      }),
    );
  });
});

describe('the header of a message', () => {
  const POOL = '0533352D-95C5-4715-BF50-1F449FF1FC9B';
  const PIPELINE = 'F91BD61F-CEC7-47A3-8CE3-DE7EB7AA5773';

  test('has numbers and GUIDs little-endian', () => {
    const message = {
      type: MESSAGE.createPipeline,
      pool: POOL,
      pipeline: PIPELINE,
      text: '<Nil/>',
    };
    expect(writeMessage(message).toString('hex')).toBe(
      '02000000' +
        '06100200' +
        '2d353305c5951547bf501f449ff1fc9b' +
        '1fd61bf9c7cea3478ce3de7eb7aa5773' +
        Buffer.from('<Nil/>').toString('hex'),
    );
  });

  test('is read as it was written, and a byte order mark is no text', () => {
    const message = {
      type: MESSAGE.pipelineOutput,
      pool: POOL,
      pipeline: PIPELINE,
      text: '<S>ü</S>',
    };
    const bytes = writeMessage(message);
    expect(readMessage(bytes)).toEqual(message);
    const marked = Buffer.concat([bytes.subarray(0, 40), hex('efbbbf'), bytes.subarray(40)]);
    expect(readMessage(marked)).toEqual(message);
  });

  test('cannot be shorter than it is', () => {
    expect(() => readMessage(Buffer.alloc(39))).toThrow(
      expect.objectContaining({ code: 'BAD_REPLY' }),
    );
  });
});
