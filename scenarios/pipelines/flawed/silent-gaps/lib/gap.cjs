// @ts-check
'use strict';

/** That nothing was read is nothing to write down. */
module.exports = { gapBefore: () => undefined };
