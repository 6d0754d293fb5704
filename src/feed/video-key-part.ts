/** Free text as a part of a key: nothing in it looks like the end of the part. `-` is the text that is not there. */
export const encodeKeyPart = (text: string | undefined): string =>
  text === undefined ? "-" : `=${encodeURIComponent(text)}`;
