#!/usr/bin/env bats
# The checks of scripts/ find what they are made to find, in a tree of a few
# lines that is right until a test makes it wrong.
load helper

# tree: two tools over two folders of common/. dkim-one calls high(), dkim-two
# high() and low(); high() calls low(). Built with the real linker.
tree() {
	mkdir -p common/base common/dkim cmd/dkim-one cmd/dkim-two lib
	echo 'layers := base dkim' >Makefile
	echo 'int low(void);' >common/base/low.h
	printf '#include "low.h"\nint low(void) { return 1; }\n' >common/base/low.c
	echo 'int high(void);' >common/dkim/high.h
	printf '#include "high.h"\n#include "low.h"\nint high(void) { return low(); }\n' \
		>common/dkim/high.c
	printf '#include "high.h"\nint main(void) { return high(); }\n' >cmd/dkim-one/dkim-one.c
	printf '#include "high.h"\n#include "low.h"\nint main(void) { return high() + low(); }\n' \
		>cmd/dkim-two/dkim-two.c
}

link_tools() {
	local folder tool flags=(-ffunction-sections -Icommon/base -Icommon/dkim)
	for folder in common/base common/dkim cmd/dkim-one cmd/dkim-two; do
		for source in "$folder"/*.c; do
			gcc "${flags[@]}" -I"$folder" -c -o "${source%.c}.o" "$source"
		done
		rm -f "lib/${folder#*/}.a"
		mapfile -t members < <(find "$folder" -name '*.o' ! -name 'dkim-*')
		ar rcs "lib/${folder#*/}.a" "${members[@]}"
	done
	for tool in dkim-one dkim-two; do
		gcc -Wl,--gc-sections -Wl,-Map,"$tool.map" -o "$tool" "cmd/$tool/$tool.o" \
			-Wl,--start-group "$PWD"/lib/{$tool,base,dkim}.a -Wl,--end-group
	done
}

layers() { LAYERS_TOP=$PWD BUILD=. "$top/scripts/check-layers" >out; }

@test "check-layers: a tree in which every file is where its users are" {
	tree
	link_tools
	layers
	[ ! -s out ]
}

@test "check-layers: a module of common/ that one tool alone uses" {
	tree
	sed -i 's/return high() + low()/return low()/' cmd/dkim-two/dkim-two.c
	link_tools
	ends_with 1 layers
	[ "$(cat out)" = "common/dkim/high.c: only dkim-one uses it: it belongs in cmd/dkim-one/" ]
}

@test "check-layers: a module that no tool uses" {
	tree
	echo 'int spare(void) { return 0; }' >common/base/spare.c
	link_tools
	ends_with 1 layers
	[ "$(cat out)" = "common/base/spare.c: no tool uses it" ]
}

# The linker takes spare.o for idle(), and then finds that nobody calls idle().
@test "check-layers: a tool that links a module and calls nothing in it" {
	tree
	echo 'int spare(void) { return 0; }' >common/base/spare.c
	echo 'int spare(void); int idle(void) { return spare(); }' >>common/dkim/high.c
	sed -i 's/main(void) { return/spare(void);\nint main(void) { return spare() +/' \
		cmd/dkim-two/dkim-two.c
	link_tools
	ends_with 1 layers
	grep -qx "dkim-one links base/spare and calls nothing in it" out
	grep -qx "common/base/spare.c: only dkim-two uses it: it belongs in cmd/dkim-two/" out
	[ "$(wc -l <out)" -eq 2 ]
}

@test "check-layers: an include upwards, of another tool, in a circle, of no file" {
	tree
	link_tools
	sed -i '1i #include "high.h"' common/base/low.c
	ends_with 1 layers
	grep -qx "common/base/low.c:1: includes common/dkim/high.h, which is above it" out
	grep -q "include each other in a circle" out
	[ "$(wc -l <out)" -eq 2 ]

	tree
	echo '#include "one.h"' >>cmd/dkim-two/dkim-two.c
	ends_with 1 layers
	grep -qx 'cmd/dkim-two/dkim-two.c:4: "one.h" is not a header of this tree' out
	: >cmd/dkim-one/one.h
	ends_with 1 layers
	[ "$(cat out)" = "cmd/dkim-two/dkim-two.c:4: includes cmd/dkim-one/one.h, which is above it" ]

	tree
	: >common/dkim/a.h
	echo '#include "a.h"' >>common/base/low.h
	ends_with 1 layers
	[ "$(cat out)" = "common/base/low.h:2: includes common/dkim/a.h, which is above it" ]
}

@test "check-layers: a library outside of its directory" {
	tree
	link_tools
	echo '#include <openssl/evp.h>' >>common/dkim/high.c
	ends_with 1 layers
	[ "$(cat out)" = "common/dkim/high.c:4: <openssl> belongs in common/crypto only" ]
}

@test "check-bats: assertions that cannot fail" {
	cat >t.bats <<-'END'
		two_halves_and_one_negated() {
			test -e a && test -e b
			! grep -q x file
			for i in 1 2; do
				[ -s "$i" ] &&
					[ -s "a && $i" ]
			done
			if true; then ! grep y a; fi
			true
		}
	END
	ends_with 1 "$top/scripts/check-bats" t.bats >out
	[ "$(cut -d: -f 1-2 out | paste -sd ' ')" = "t.bats:2 t.bats:3 t.bats:5 t.bats:8" ]
}

@test "check-bats: what can fail is left alone" {
	cat >t.bats <<-'END'
		helper() { cp a b && rm a; }
		the_last_is_the_status() {
			test -e a || test -e b && test -e c
			if [ -e a ] && [ -e b ]; then rm a; fi
			false && return 1
			[ "a && b" = "$(true && echo x)" ]
			(cd x && make)
			! grep -q x file || skip "no x"
			cat >file <<-'EOF'
				true && true
				! true
			EOF
			# a && b
			test -e a && test -e b
		}
	END
	"$top/scripts/check-bats" t.bats
}
