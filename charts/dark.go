package charts

import (
	"cmp"
	"fmt"
	"image/color"
	"maps"
	"slices"
	"strings"
)

// darkGround is the ground of a page on which a picture is shown dark.
var darkGround = color.NRGBA{R: 0x15, G: 0x18, B: 0x1b, A: 0xff}

// onDark has for each colour that charts are drawn in, its opacity aside, what
// takes its place on a dark ground. The fills of phases stay, so that both
// pictures tell the same.
var onDark = func() map[color.NRGBA]color.NRGBA {
	dark := map[color.NRGBA]color.NRGBA{}
	set := func(c color.Color, to color.NRGBA) { dark[opaque(c)] = to }
	grey := func(v uint8) color.NRGBA { return color.NRGBA{R: v, G: v, B: v, A: 0xff} }
	set(color.White, darkGround)
	set(color.Black, grey(0xff))
	set(ink, grey(0xe8))
	set(muted, grey(0xb0))
	set(rule, grey(0x7c))
	set(grid, color.NRGBA{R: 0x34, G: 0x39, B: 0x3e, A: 0xff})
	set(shade, color.NRGBA{R: 0x27, G: 0x2c, B: 0x31, A: 0xff})
	for _, c := range []color.RGBA{orange, skyBlue, green, yellow, blue, vermillion, purple, silver} {
		set(c, opaque(c))
		// Light text stands upon them.
		set(swatch{colour: c}.label(), mix(opaque(c), darkGround, 0.36))
		set(pale(c), mix(opaque(c), darkGround, 0.25))
	}
	set(documentedColour, mix(opaque(green), darkGround, 0.3))
	set(disturbedColour, mix(opaque(vermillion), darkGround, 0.3))
	return dark
}()

func opaque(c color.Color) color.NRGBA {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	n.A = 0xff
	return n
}

// mix returns a share of c upon ground.
func mix(c, ground color.NRGBA, share float64) color.NRGBA {
	at := func(a, b uint8) uint8 { return uint8(share*float64(a) + (1-share)*float64(b)) }
	return color.NRGBA{R: at(c.R, ground.R), G: at(c.G, ground.G), B: at(c.B, ground.B), A: 0xff}
}

// DarkStyle returns the rules of a style sheet that show the SVG pictures within
// elements that match selector on a dark ground.
func DarkStyle(selector string) string {
	colours := slices.SortedFunc(maps.Keys(onDark), func(a, b color.NRGBA) int { return cmp.Compare(hex(a), hex(b)) })
	var b strings.Builder
	for _, c := range colours {
		if to := onDark[c]; to != c {
			fmt.Fprintf(&b, "%[1]s [fill=%[2]q]{fill:%[3]s}%[1]s [stroke=%[2]q]{stroke:%[3]s}", selector, hex(c), hex(to))
		}
	}
	return b.String()
}
