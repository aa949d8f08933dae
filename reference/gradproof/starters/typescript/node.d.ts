// What is used of Node here. With the package @types/node this file is not needed.

declare const process: { env: Record<string, string | undefined> };

declare module "node:fs" {
  export function readSync(file: number, into: Uint8Array): number;
  export function writeSync(file: number, text: string): number;
}

declare module "node:string_decoder" {
  export class StringDecoder {
    constructor(encoding: "utf8");
    write(bytes: Uint8Array): string;
  }
}
