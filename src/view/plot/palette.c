/* sgrad: the colours and marks of plots. */
#include "view/plot/palette.h"

static const sg_color rows[SG_PALETTE_SIZE] = {
    {0x0072b2, 0xc2dcec, 32, 153, 25, 6, SG_CIRCLE, 'o', ' ', 0x25cf, 0},
    {0xe69f00, 0xfbe7bf, 172, 223, 130, 3, SG_SQUARE, 'x', '.', 0x25a0, "7 3"},
    {0x009e73, 0xbfe7dc, 35, 151, 22, 2, SG_TRIANGLE, '+', ':', 0x25b2, "2 3"},
    {0xd55e00, 0xf4d7bf, 202, 217, 124, 1, SG_DIAMOND, '#', '-', 0x25c6, "9 3 2 3"},
    {0xcc79a7, 0xf2dde9, 170, 225, 90, 5, SG_CROSS, '*', '=', 0x271a, "12 4"},
    {0x56b4e9, 0xd5ecf9, 74, 195, 31, 4, SG_DOWN, '@', '~', 0x25bc, "4 2"},
    {0x4d4d4d, 0xd2d2d2, 245, 252, 235, 7, SG_CIRCLE, '%', '^', 0x25cb, "9 3 2 3 2 3"},
    {0xb3a200, 0xf8f3b8, 178, 229, 100, 3, SG_SQUARE, '&', ',', 0x25a1, "1 3"},
    {0x8c510a, 0xe2d3c1, 137, 187, 58, 1, SG_TRIANGLE, 's', '\'', 0x25b3, "7 3 7 3 2 3"},
    {0x882255, 0xe1c8d4, 125, 218, 52, 5, SG_DIAMOND, 'v', '"', 0x25c7, "3 5"},
    {0x44aa99, 0xd0eae5, 73, 158, 23, 2, SG_CROSS, 'w', '_', 0x2715, "14 3 3 3"},
    {0x332288, 0xccc8e1, 61, 147, 17, 4, SG_DOWN, 'z', '/', 0x25bd, "5 5"},
};

const sg_color *sg_palette(uint32_t i) { return &rows[i % SG_PALETTE_SIZE]; }
