package cli

import (
	"cmp"
	"context"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/images"
	"github.com/kubectl-learn/kubectl-learn/internal/advice"
	"github.com/kubectl-learn/kubectl-learn/internal/atomicfile"
	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/internal/imageload"
	"github.com/kubectl-learn/kubectl-learn/internal/program"
	"github.com/kubectl-learn/kubectl-learn/internal/usage"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// imagesSaveOptions are those of "kubectl learn images save".
type imagesSaveOptions struct {
	program                *program.Program
	output, platform, from string
	arch                   string
	// terminal says whether stdout is a terminal.
	terminal bool
}

func newImagesSave(p *program.Program) *cobra.Command {
	o := &imagesSaveOptions{program: p}
	cmd := &cobra.Command{
		Use:     "save",
		Short:   p.Say(lang.Messagef("Save the images as an archive, to load onto nodes by hand", "写出镜像归档文件，供手工加载到节点")),
		Example: "  kubectl learn images save -o images.tar --platform linux/arm64",
		Args:    help.Args(0, 0),
		RunE:    runE(o),
	}
	addFrom(p, cmd, &o.from)
	cmd.Flags().StringVarP(&o.output, "output", "o", "", p.Say(lang.Messagef("file to write, or - for stdout (default: the archive's own name, in the current folder)", "要写的文件；- 表示标准输出（默认：当前文件夹里的同名文件）")))
	cmd.Flags().StringVar(&o.platform, "platform", "", p.Say(lang.Messagef("linux/amd64 or linux/arm64 (default: this machine's)", "linux/amd64 或 linux/arm64（默认与本机相同）")))
	return cmd
}

func (o *imagesSaveOptions) complete(*cobra.Command, []string) error {
	o.terminal = program.IsTerminal(o.program.Out)
	o.arch = strings.TrimPrefix(cmp.Or(o.platform, "linux/"+runtime.GOARCH), "linux/")
	o.output = cmp.Or(o.output, images.ArchiveName(o.arch))
	return nil
}

func (o *imagesSaveOptions) validate() error {
	return usage.Join(o.validatePlatform(), o.validateOutput())
}

func (o *imagesSaveOptions) validatePlatform() error {
	var known []string
	for _, arch := range images.Architectures() {
		known = append(known, "linux/"+arch)
	}
	platform := cmp.Or(o.platform, "linux/"+o.arch)
	if slices.Contains(known, platform) {
		return nil
	}
	return usage.Errorf("there are no images for %q; choose one of %s", "没有适用于 %q 的镜像；可选：%s", platform, strings.Join(known, ", "))
}

func (o *imagesSaveOptions) validateOutput() error {
	if o.output != "-" || !o.terminal {
		return nil
	}
	return usage.Errorf("can't print the archive to a terminal, as it isn't text; name a file with -o", "归档文件不是文本，不能打印到终端；用 -o 指定一个文件")
}

func (o *imagesSaveOptions) run(context.Context) error {
	p := o.program
	archive, err := imageload.Open(o.from, p.Executable, o.arch)
	if err != nil {
		return err
	}
	if err := fits(archive, o.arch); err != nil {
		return err
	}
	data, err := os.ReadFile(archive.File)
	if err != nil {
		return err
	}
	if o.output == "-" {
		_, err := p.Out.Write(data)
		return err
	}
	if err := atomicfile.Write(o.output, data); err != nil {
		return err
	}
	return p.Printf("%s\n", p.Say(lang.Messagef("%s: %d images for linux/%s, %s", "%s：%d 个镜像，linux/%s，%s", o.output, len(archive.Sizes), o.arch, megabytes(int64(len(data))))))
}

// fits rejects an archive for another architecture.
func fits(archive imageload.Archive, arch string) error {
	if arch == "" || archive.Arch == arch {
		return nil
	}
	return &advice.Error{
		What:  lang.Messagef("%s is for linux/%s, not linux/%s", "%s 适用于 linux/%s，而不是 linux/%s", archive.File, archive.Arch, arch),
		Hints: []lang.Message{lang.Messagef("build one for each platform: make images", "为每种平台各生成一个：make images")},
		Code:  advice.Usage,
	}
}
